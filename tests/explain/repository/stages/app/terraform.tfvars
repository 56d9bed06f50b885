stage = "dev"
cache = {
  replicas = 2
}
token = "hunter2"
