a         = 1
long_name = 2
b         = 3

c                  = 1
after_a_blank_line = 2
x = {
  a   = 1
  bcd = 2
}
below_a_value_of_several_lines = 1
# a comment parts neighbours too
y = 1
y_2 = [1,
2]
é   = 1
日本語 = 2
web { z = 1 }
one = 1
