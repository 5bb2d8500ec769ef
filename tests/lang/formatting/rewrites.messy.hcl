variable "old_string" { type = "string" }
variable "old_list" {
  type = "list"
}
variable "old_map" {
  type = "map"
}
variable "any_list" {
  type = list
}
variable "any_map" {
  type = map
}
variable "any_set" {
  type = set
}
variable "of_numbers" {
  type = list(number)
}
spec {
  type = "list"
}
plain   = "${var.x}"
stripped = "${~ var.x ~}"
sum     = "${ 1+2 }"
nested = "${ upper("${var.x}") }"
kept = "${var.x}."
joined = "${var.x}${var.y}"
in_an_object = { a = "${var.x}" }
lines = "${
  a ? b
    : c
}"
brackets = "${[
  1
]}"
enclosed = "${(
  1
)}"
comment = "${ a /* why */ }"
cluster web "a b" "\u00e9\"\n" /* before the brace */ {
}
cluster /* gone */ "a" /* gone too */ "b" {
}
