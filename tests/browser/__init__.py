"""The app in a real Chromium, as a visitor meets it."""
