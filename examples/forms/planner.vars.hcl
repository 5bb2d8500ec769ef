release = "2021.06"

tags = {
  team  = "ads"
  stage = "production"
}
