"""Single sign-on of staff by OpenID Connect: the authorization code flow with PKCE (OpenID Connect Core 1.0)."""
