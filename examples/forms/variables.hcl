variable "endpoint" {
  description = "Where the Manager API answers. Credentials come from the environment."
  type        = string
  default     = "emulator:account.json"
}

variable "release" {
  description = "The Imply release that every cluster runs."
  type        = string
}

variable "query_replicas" {
  type    = number
  default = 2
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "store_password" {
  description = "The password of the metadata store of the reporting cluster."
  type        = string
  sensitive   = true
  default     = "only-for-the-example"
}
