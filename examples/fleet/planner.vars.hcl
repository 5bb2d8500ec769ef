release = "2021.06"

environments = {
  dev = {
    release = "2021.09"
  }
  stage = {
    replicas = 2
  }
  production = {
    replicas  = 4
    protected = true
    tiers     = { tier1 = 6, tier2 = 2 }
  }
}
