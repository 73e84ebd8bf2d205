//! Shoppers: their consent, area and coarse cells. Never coordinates.
