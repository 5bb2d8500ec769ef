variable "endpoint" {
  description = "Where the Manager API answers. Credentials come from the environment."
  type        = string
  default     = "emulator:account.json"
}

variable "release" {
  description = "The Imply release of every environment that names none."
  type        = string
}

variable "environments" {
  description = "What is special about each environment; all else is the same in all of them."
  type = map(object({
    release   = optional(string)
    replicas  = optional(number, 1)
    protected = optional(bool, false)
    tiers     = optional(map(number), { tier1 = 1 })
  }))

  validation {
    condition     = alltrue([for name in keys(var.environments) : can(regex("^[a-z]+$", name))])
    error_message = "The name of an environment is made of lower-case letters."
  }

  validation {
    condition     = alltrue([for one in var.environments : !one.protected || one.replicas >= 2])
    error_message = "A protected environment needs two query servers or more."
  }
}

variable "store_password" {
  description = "The password of the metadata stores."
  type        = string
  sensitive   = true
  default     = "only-for-the-example"
}
