provider "imply" {
  endpoint = "emulator:account.json"
}

# Our own module, called once ...
module "reporting" {
  source = "./druid"

  name     = "reporting"
  replicas = 2
  tags     = { cost-center = "4711" }
}

# ... and once for each of two regions.
module "ingestion" {
  source   = "./druid"
  for_each = toset(["eu", "us"])

  name       = "ingestion-${each.key}"
  tags       = { region = each.key }
  depends_on = [module.reporting]
}

output "ids" {
  value = merge(
    { reporting = module.reporting.id },
    { for region, one in module.ingestion : "ingestion-${region}" => one.id },
  )
}

# The cluster had no module when it was made.
moved {
  from = cluster.reporting
  to   = module.reporting.cluster.main
}
