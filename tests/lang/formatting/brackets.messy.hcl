spec {
query {
instanceType="m5.large"
      }
          data {}
pivot {

}
tags = [{
name = "a"
value = "b"
}, {
name = "c"
}]
call = merge({
a = 1
},
{ b = 2 },
max(1,
2))
both = ([
1,
{
a = 1
}
])
pairs = [
for key, value in {
a = 1
} :
upper(key)
if value > 0
]
}
