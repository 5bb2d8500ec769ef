variable "old_string" { type = string }
variable "old_list" {
  type = list(string)
}
variable "old_map" {
  type = map(string)
}
variable "any_list" {
  type = list(any)
}
variable "any_map" {
  type = map(any)
}
variable "any_set" {
  type = set(any)
}
variable "of_numbers" {
  type = list(number)
}
spec {
  type = "list"
}
plain        = var.x
stripped     = var.x
sum          = 1 + 2
nested       = upper("${var.x}")
kept         = "${var.x}."
joined       = "${var.x}${var.y}"
in_an_object = { a = "${var.x}" }
lines = (a ? b
: c)
brackets = ([
  1
])
enclosed = (
  1
)
comment = a /* why */
cluster "web" "a b" "é\"\n" /* before the brace */ {
}
cluster "a" "b" {
}
