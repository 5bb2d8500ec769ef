cluster   "web"{
x=1+2*3/4%5-6
y=!a&&b||c==d
z=a<b?-1:- 2
negative=[-1,- 2,a -b,a - -b,(-c)]
calls=max ( 1,2 , [ 3 ] ... )
names=provider :: core :: upper( "a" )
path=var . x [0] . y [ "k" ] [*] . z .* . w . 0
tuple=[1,2 ,3]
empty=[ ]
object={a=1,b=2}
nothing={   }
pairs={for k,v in {a=1}:k=>v ...if v!=null}
items=[for x in [1]:x]
odd={ for k,v in x : k => -v }
}
one_line { a=1 }
no_line {}
