"""Notices that platforms send outside of launches (LTI Platform Notification Service 1.0)."""
