using Caisson.Run.Tests.Ground;

[assembly: AssemblyFixture(typeof(Site))]
