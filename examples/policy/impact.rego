# What a change does to those who use the cluster. What deletes.rego judges is not judged again.
package main

import rego.v1

deny contains message if {
	some resource in input.resource_changes
	resource.impact.severity == "data_loss"
	not "delete" in resource.change.actions
	message := sprintf("%s may lose data. %s", [resource.address, resource.impact.detail])
}

warn contains message if {
	some resource in input.resource_changes
	resource.impact.severity == "interruption"
	message := sprintf("%s will be interrupted. %s", [resource.address, resource.impact.detail])
}
