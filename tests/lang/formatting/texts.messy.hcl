a="  left   as it is  "
b="one ${   var.x   } and ${~var.y~} and $${not} this"
c="%{if a}b%{   else   }${ {a=1}["a"] }%{endif}"
d="${ a }${b}"
cluster "web" {
    text = <<EOT
  left   as it is
    ${ var.x+1 }   %{ if a }b%{ endif }
EOT
      indented = <<-EOT
          this too
        EOT
  list = [ <<EOT
a
EOT
, 1 ]
over_lines = "a ${
var.x
} b"
}
