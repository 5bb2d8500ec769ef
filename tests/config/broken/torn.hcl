cluster "torn-2" {
  spec {
    version = '2021.06'
  }
}
