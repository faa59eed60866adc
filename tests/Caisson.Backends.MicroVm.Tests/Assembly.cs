// Machines are large, and a host has few processors.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(Caisson.Backends.MicroVm.Tests.MachineHost))]
