variable "name" {
  description = "The name of the cluster in the account."
  type        = string
}

variable "replicas" {
  description = "How many query servers there are."
  type        = number
  default     = 1

  validation {
    condition     = var.replicas >= 1 && var.replicas <= 20
    error_message = "A cluster has 1 to 20 query servers."
  }
}

variable "tags" {
  description = "Tags besides those that all clusters have."
  type        = map(string)
  default     = {}
}

module "tags" {
  source = "./tags"
  name   = var.name
  more   = var.tags
}

locals {
  settings = yamldecode(file("${path.module}/settings.yaml"))
}

cluster "main" {
  metadata {
    name = var.name
  }

  spec {
    version = local.settings.version
    awsTags = module.tags.all

    commonRuntimeProperties = {
      for name, value in local.settings.properties : "druid.${name}" => value
    }

    query {
      replicas     = var.replicas
      instanceType = local.settings.instance_types.query
    }
  }
}

output "id" {
  description = "The id that the server gave to the cluster."
  value       = cluster.main.metadata.uid
}
