"""Exhibits and their register, custody, opening hostile files safely."""
