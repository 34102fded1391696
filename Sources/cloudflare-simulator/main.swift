import CloudflareSimulator
import Glibc

exit(SimulatorCommand.run(Array(CommandLine.arguments.dropFirst())))
