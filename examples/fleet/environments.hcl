locals {
  regions = ["eu", "us"]

  # One cluster for ingestion in each environment and region: "production-eu", ...
  ingestion = {
    for pair in setproduct(keys(var.environments), local.regions) :
    join("-", pair) => { environment = pair[0], region = pair[1] }
  }

  protected = [for name, one in var.environments : name if one.protected]
}

module "environment" {
  source   = "./environment"
  for_each = var.environments

  name           = each.key
  release        = coalesce(each.value.release, var.release)
  replicas       = each.value.replicas
  tiers          = each.value.tiers
  store_password = var.store_password
}

cluster "ingestion" {
  for_each = local.ingestion

  metadata {
    name = "ingestion-${each.key}"
  }

  spec {
    version = coalesce(var.environments[each.value.environment].release, var.release)
    awsTags = {
      team        = "ads"
      environment = each.value.environment
      region      = each.value.region
    }

    commonRuntimeProperties = {
      # The id is known after the reporting cluster was made, so that this one is made behind it.
      "druid.ads.reporting" = module.environment[each.value.environment].reporting_id
    }
  }
}

output "reporting" {
  description = "The id of each environment's reporting cluster."
  value       = { for name, one in module.environment : name => one.reporting_id }
}

output "protected" {
  value = local.protected
}

check "production" {
  assert {
    condition     = contains(local.protected, "production")
    error_message = "Production should be protected."
  }
}
