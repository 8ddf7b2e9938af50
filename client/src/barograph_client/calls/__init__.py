"""What is seen of the calls themselves: how long they take, how many there are, how many fail."""
