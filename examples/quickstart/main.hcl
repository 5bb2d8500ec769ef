# One small cluster, on the account that the command keeps in account.json: nothing is sent anywhere.
provider "imply" {
  endpoint = "emulator:account.json"
}

variable "replicas" {
  description = "How many query servers answer."
  type        = number
  default     = 2
}

cluster "web" {
  spec {
    version         = "2021.06"
    desiredState    = "STARTED"
    awsInstanceRole = "imply-web"
    encryptVolumes  = true

    awsTags = {
      team        = "ads"
      cost-center = 4711
    }

    commonRuntimeProperties = {
      "druid.startup.logging.logProperties" = true
    }

    master {
      replicas     = 3
      instanceType = "m5.large"
    }

    query {
      replicas     = var.replicas
      instanceType = "c5.large"
      brokerRuntimeProperties = {
        "druid.broker.http.numConnections" = 20
      }
    }

    data {
      tier1 {
        replicas     = 3
        instanceType = "i3.xlarge"
      }
    }

    deepStorage {
      path = "s3://imply-web/deep-storage"
    }
  }

  lifecycle {
    prevent_destroy = false
  }
}
