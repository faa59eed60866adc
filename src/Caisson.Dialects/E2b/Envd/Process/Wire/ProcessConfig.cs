namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class ProcessConfig
{
    public string? Cmd { get; set; }

    public List<string>? Args { get; set; }

    public Dictionary<string, string>? Envs { get; set; }

    public string? Cwd { get; set; }
}
