//! Raiten.
