"""The detection benchmark: mistakes that units make, planted into realistic returns, and what the checks say of them."""
