cluster "ingest" {
  metadata {
    name = "Ingest EU"
  }

  spec {
    version = var.release
    awsTags = var.tags

    master {
      replicas     = 3
      instanceType = "m5.large"
    }

    data {
      middleManagerRuntimeProperties = {
        "druid.worker.capacity" = 8
      }
      tier1 {
        replicas     = 4
        instanceType = "i3.2xlarge"
      }
      tier2 {
        replicas     = 2
        instanceType = "d2.xlarge"
      }
    }

    druidExtensions = ["druid-kafka-indexing-service"]
  }

  lifecycle {
    prevent_destroy = true
  }
}

cluster "reporting" {
  depends_on = [cluster.ingest, cluster.sandbox]

  spec {
    version = var.release
    awsTags = var.tags

    commonRuntimeProperties = {
      "druid.metadata.storage.connector.user"     = "druid"
      "druid.metadata.storage.connector.password" = var.store_password
    }

    query {
      replicas     = var.query_replicas
      instanceType = "c5.xlarge"
      brokerRuntimeProperties = {
        "druid.broker.cache.useCache"      = true
        "druid.broker.http.numConnections" = 40
      }
    }
  }
}
