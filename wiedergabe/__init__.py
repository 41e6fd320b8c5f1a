"""Playing back what Temporal holds: does today's code do the same, and is it what the register says?"""
