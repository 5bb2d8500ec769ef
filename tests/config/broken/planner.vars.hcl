ownr = "ads"
