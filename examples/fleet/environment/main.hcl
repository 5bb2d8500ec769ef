variable "name" {
  type = string
}

variable "release" {
  type = string
}

variable "replicas" {
  type = number
}

variable "tiers" {
  description = "How many data servers each tier has."
  type        = map(number)
}

variable "store_password" {
  type      = string
  sensitive = true
}

cluster "reporting" {
  metadata {
    name = "reporting-${var.name}"
  }

  spec {
    version = var.release
    awsTags = {
      team        = "ads"
      environment = var.name
    }

    commonRuntimeProperties = {
      "druid.metadata.storage.connector.user"     = "druid"
      "druid.metadata.storage.connector.password" = var.store_password
    }

    master {
      replicas     = var.replicas >= 2 ? 3 : 1
      instanceType = "m5.large"
    }

    query {
      replicas     = var.replicas
      instanceType = "c5.xlarge"
    }

    data {
      dynamic "tier1" {
        for_each = [for name, replicas in var.tiers : replicas if name == "tier1"]
        content {
          replicas     = tier1.value
          instanceType = "i3.xlarge"
        }
      }
      dynamic "tier2" {
        for_each = [for name, replicas in var.tiers : replicas if name == "tier2"]
        content {
          replicas     = tier2.value
          instanceType = "d2.xlarge"
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = lookup(var.tiers, "tier1", 0) > 0
      error_message = "The environment ${var.name} needs a data server in its first tier."
    }
  }
}

output "reporting_id" {
  value = cluster.reporting.metadata.uid
}
