planner {
  required_version = ">= 0.1"

  backend "local" {
    path = "forms.state.json"
  }
}

provider "imply" {
  endpoint = var.endpoint
}
