"""The parts of the dated unit tree; import them from `xianfeng.units`."""
