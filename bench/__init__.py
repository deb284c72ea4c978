"""What is measured: matching beside other methods, its cost as the knowledge grows, a round trip; notices to many."""
