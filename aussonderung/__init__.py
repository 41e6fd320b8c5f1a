"""Messages to the town's archive after xdomea 3.0.0: offer (0501), valuation (0502), handing over (0503), and their checks."""
