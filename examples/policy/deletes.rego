# No cluster goes away with its data: neither by a delete, nor by a replacement, which deletes first.
package main

import rego.v1

# Add the addresses that may go, such as "cluster.sandbox", and take them out again afterwards.
may_go := set()

deny contains message if {
	some resource in input.resource_changes
	"delete" in resource.change.actions
	not resource.address in may_go
	message := sprintf("%s would be deleted with all of its data", [resource.address])
}
