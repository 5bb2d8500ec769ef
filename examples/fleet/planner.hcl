planner {
  required_version = ">= 0.1"

  backend "local" {
    path = "fleet.state.json"
  }
}

provider "imply" {
  endpoint = var.endpoint
}
