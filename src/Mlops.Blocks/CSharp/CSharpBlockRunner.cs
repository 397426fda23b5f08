using System.Globalization;
using System.Reflection;
using Mlops.Blocks.CSharp.Binding;
using Mlops.Blocks.Errors;
using Mlops.Blocks.Values;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks.CSharp;

/// <summary>Runs blocks written in C#. The compiler is only loaded where one is run or described, which in a server with runners is never.</summary>
internal sealed class CSharpBlockRunner(Lazy<LoadedBlocks> blocks) : IBlockRunner
{
    /// <summary>The word of the language.</summary>
    public const string LanguageWord = "csharp";

    private static readonly HashSet<string> Types = ["data_loader", "transformer", "data_exporter", "trainer", "custom", "sensor", "conditional", "callback"];

    public string Language => LanguageWord;

    public string? WhyNot(BlockType type) => Types.Contains(type.Word) ? null : $"{type.Label} blocks cannot be written in C# yet; this block is listed only.";

    public string? NewCode(BlockType type, string uuid, IReadOnlyList<string> upstream) => CSharpNewBlocks.Write(type, uuid, upstream);

    public Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken) =>
        Task.Run(() => Describe(projectPath, block), cancellationToken);

    public async Task<BlockResult> RunAsync(BlockInvocation invocation, CancellationToken cancellationToken)
    {
        var (work, context, _, memory) = invocation;
        List<IDisposable> handles = [];
        using var lease = blocks.Value.Take(BlockSource.Read(context.ProjectPath, work.FilePath));
        try
        {
            var methods = lease.Block.Methods;
            methods.RequireType(work.BlockType);
            var scope = new BindingScope(context, work.Upstream, memory, cancellationToken);
            if (methods.IsCallback)
            {
                return work.IsTooLate ? BlockResult.TooLate : await CallAsync(methods, work, scope, handles);
            }

            if (methods.IsQuestion)
            {
                return work.IsTooLate ? BlockResult.TooLate : await AskAsync(methods.Run, scope, handles);
            }

            var arguments = BlockArguments.ForBlock(methods.Run, scope, handles);
            if (work.IsTooLate)
            {
                return BlockResult.TooLate;
            }

            var (value, declaredType) = await MethodCall.InvokeAsync(methods.Run, arguments);
            var outputs = await new OutputWriter(work.BlockUuid, work.OutputDirectory, memory, handles).WriteAsync(value, declaredType, cancellationToken);

            // From here on nothing but the tests can fail the block, and its outputs stay.
            var own = new UpstreamOutputs(work.BlockUuid, work.OutputDirectory, outputs);
            var items = work.IsDynamic ? new FanOutput(own, memory).ReadNames() : null;
            return await RunTestsAsync(methods.Tests, scope, own, handles) with { FanItems = items };
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }

    private BlockDescription Describe(string projectPath, Block block)
    {
        if (block.FilePath is not { } path)
        {
            return new BlockDescription([], [new BlockError(ErrorWords.FileMissing, $"The file of block '{block.Uuid}' is missing.")]);
        }

        try
        {
            using var lease = blocks.Value.Take(BlockSource.Read(projectPath, path));
            var methods = lease.Block.Methods;
            methods.RequireType(block.Type.Word);
            return new BlockDescription(ParameterDescriber.Describe(methods.Run, block.UpstreamBlocks.Count), []);
        }
        catch (BlockFailedException exception)
        {
            return new BlockDescription([], [exception.Error]);
        }
    }

    /// <summary>A condition or a sensor stores nothing: what it says is all.</summary>
    private static async Task<BlockResult> AskAsync(MethodInfo method, BindingScope scope, List<IDisposable> handles)
    {
        var (value, _) = await MethodCall.InvokeAsync(method, BlockArguments.ForQuestion(method, scope, handles));
        return new BlockResult(null, [], []) { Answer = (bool)value! };
    }

    private static async Task<BlockResult> CallAsync(BlockMethods methods, BlockWork work, BindingScope scope, List<IDisposable> handles)
    {
        var (outcome, error) = work.Callback ?? new CallbackWork("success", null);
        if (methods.FindCallback(outcome) is not { } method)
        {
            return new BlockResult(null, [], []) { Answer = false };
        }

        var failure = error is null ? null : new BlockFailure(error.Type, error.Message) { File = error.File, Line = error.Line, StackTrace = error.StackTrace };
        var parent = work.Upstream.Count > 0 ? work.Upstream[0] : new UpstreamOutputs(scope.BlockUuid, "", []);
        await MethodCall.InvokeAsync(method, BlockArguments.ForCallback(method, scope with { Failure = failure }, parent, handles));
        return new BlockResult(null, [], []) { Answer = true };
    }

    private static async Task<BlockResult> RunTestsAsync(
        IReadOnlyList<MethodInfo> tests, BindingScope scope, UpstreamOutputs outputs, List<IDisposable> handles)
    {
        List<BlockTestResult> results = [];
        List<BlockError> errors = [];
        foreach (var test in tests)
        {
            var error = await RunTestAsync(test, scope, outputs, handles);
            results.Add(new BlockTestResult(test.Name, error is null, error?.Message));
            errors.AddRange(error is null ? [] : [error]);
        }

        return new BlockResult(errors.Count == 0 ? null : Summarize(errors, results), outputs.Outputs, results);
    }

    private static async Task<BlockError?> RunTestAsync(MethodInfo test, BindingScope scope, UpstreamOutputs outputs, List<IDisposable> handles)
    {
        try
        {
            await MethodCall.InvokeAsync(test, BlockArguments.ForTest(test, scope, outputs, handles));
            return null;
        }
        catch (OperationCanceledException) when (scope.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Whatever a test throws fails it; the others still run.
            return ExceptionDescriber.Describe(exception, scope.Context.ProjectPath);
        }
    }

    /// <summary>One error for all tests that failed, at the place of the first.</summary>
    private static BlockError Summarize(List<BlockError> errors, List<BlockTestResult> results)
    {
        var failed = results.Where(result => !result.Passed).Select(result => $"{result.Name}: {result.Message}");
        var count = string.Create(CultureInfo.InvariantCulture, $"{errors.Count} of {results.Count} {(results.Count == 1 ? "test" : "tests")} failed");
        return errors[0] with { Type = ErrorWords.TestFailed, Message = $"{count}\n{string.Join('\n', failed)}" };
    }
}
