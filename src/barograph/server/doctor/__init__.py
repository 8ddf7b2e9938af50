"""What `barograph doctor` looks at, one function a check."""
