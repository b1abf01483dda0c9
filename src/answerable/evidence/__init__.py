"""What was shown: pictures rebuilt from their pixels and documents by their digest, nobody in them."""
