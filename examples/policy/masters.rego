# Three masters stand in for each other. Whatever is created or changed has them, and says so.
package main

import rego.v1

deny contains message if {
	some resource in input.resource_changes
	some action in ["create", "update"]
	action in resource.change.actions
	not has_three_masters(resource.change.after)
	message := sprintf("%s must say that it has three masters (spec.master.replicas)", [resource.address])
}

has_three_masters(cluster) if {
	is_number(cluster.spec.master.replicas)
	cluster.spec.master.replicas >= 3
}
