//! Who asks, what they may ask and how much (D12, D46).
