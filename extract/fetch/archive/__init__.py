"""What was collected, hashed again and handed to archivists."""
