planner {
  required_version = ">= 9"
  backend "swift" {
    path = "x"
  }
}

provider "imply" {
  token = "not here"
}

variable "release" {
  type    = number
  default = "latest"
}

variable "owner" {
  description = "Who pays"
}

cluster "web" {
  spec {
    version = var.relaese
    query {
      replicas     = "three"
      instancetype = "t2.small"
    }
    query = {
      replicas = 1
    }
    awsTags {
      team = "ads"
    }
    metadataStore {
      backupRetention = 36
    }
    deepStorage {
      path = "/data"
    }
    desiredState = "STARTD"
    pivot {
      accessMode = "OIDC"
      url        = "https://pivot.example.com"
    }
  }
  depends_on = [cluster.archive, cluster.wbe]
  count      = 3
  lifecycle {
    prevent_destroy = "maybe"
    ignore_changes  = [spec]
  }
}

cluster "web" {
  spec {
    version = "2021.06"
  }
}

clutser "api" {
}

locals {
  a = 1
}
