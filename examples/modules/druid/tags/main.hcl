variable "name" {
  type = string
}

variable "more" {
  type = map(string)
}

output "all" {
  value = merge({ team = "ads", cluster = var.name }, var.more)
}
