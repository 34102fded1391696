import SweepCLI

await Tokensweep.main()
