"""The lab: what an assignment must withstand before it may be published."""
