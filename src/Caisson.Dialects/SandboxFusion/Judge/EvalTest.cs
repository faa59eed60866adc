using System.Text.Json;
using Caisson.Dialects.SandboxFusion.Running;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>What came of one case.</summary>
internal sealed record EvalTest(bool Passed, RunCodeResponse ExecInfo, JsonElement? TestInfo);
