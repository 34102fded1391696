import CloudflareSimulator

SimulatorCommand.main()
