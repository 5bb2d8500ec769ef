# What somebody changed in the account is looked at before it is overwritten.
package main

import rego.v1

warn contains message if {
	some resource in input.resource_changes
	some difference in resource.differences
	difference.cause in ["drift", "conflict"]
	message := sprintf("%s: somebody changed what this plan sets back (%s)", [resource.address, difference.cause])
}
