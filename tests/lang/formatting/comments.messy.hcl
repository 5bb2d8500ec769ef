  # above a block
cluster "web"{ # beside its brace
a = 1 # beside a
bcd = 2    // beside bcd
e = 3 /* this kind is part of the line */
f = 4# beside f

   /* over
      two lines, left as they are */
      # in a body
g/* in */=/* between */1

list = [ # beside a bracket
1, # one
100, # a hundred
  # alone
]
    } # at the end
