using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

/// <summary>One thing that is measured.</summary>
internal interface IScenario
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a line.</summary>
    string Title { get; }

    /// <summary>Whether it takes so long that it is run only when named.</summary>
    bool OnlyWhenNamed => false;

    /// <summary>How many rounds fit into its share of three minutes.</summary>
    int Rounds { get; }

    /// <summary>Measures; the first row is the peer of the others.</summary>
    Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation);
}
