"""Planning: (Desired, Prior, Live) to Plan. Pure; decides everything, so that apply decides nothing."""
