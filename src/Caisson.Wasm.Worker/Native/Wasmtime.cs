using System.Runtime.InteropServices;

namespace Caisson.Wasm.Worker.Native;

/// <summary>The functions of libwasmtime that this program is written in terms of.</summary>
/// <remarks>What answers an error answers 0 for none; an error is deleted by whoever gets it.</remarks>
internal static unsafe partial class Wasmtime
{
    private const string Library = "wasmtime";

    [LibraryImport(Library, EntryPoint = "wasm_config_new")]
    public static partial nint NewConfig();

    [LibraryImport(Library, EntryPoint = "wasmtime_config_consume_fuel_set")]
    public static partial void SetFuel(nint config, byte on);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_epoch_interruption_set")]
    public static partial void SetEpochs(nint config, byte on);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_max_wasm_stack_set")]
    public static partial void SetMaxStack(nint config, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_threads_set")]
    public static partial void SetThreads(nint config, byte on);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_component_model_set")]
    public static partial void SetComponents(nint config, byte on);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_new")]
    public static partial nint NewPool();

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_delete")]
    public static partial void DeletePool(nint pool);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_total_core_instances_set")]
    public static partial void SetPoolInstances(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_total_memories_set")]
    public static partial void SetPoolMemories(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_total_tables_set")]
    public static partial void SetPoolTables(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_total_stacks_set")]
    public static partial void SetPoolStacks(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_max_memory_size_set")]
    public static partial void SetPoolMemorySize(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_table_elements_set")]
    public static partial void SetPoolTableElements(nint pool, nuint count);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_max_core_instance_size_set")]
    public static partial void SetPoolInstanceSize(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_max_unused_warm_slots_set")]
    public static partial void SetPoolWarmSlots(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_linear_memory_keep_resident_set")]
    public static partial void SetPoolMemoryResident(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_config_table_keep_resident_set")]
    public static partial void SetPoolTableResident(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_strategy_set")]
    public static partial void UsePool(nint config, nint pool);

    [LibraryImport(Library, EntryPoint = "wasm_engine_new_with_config")]
    public static partial nint NewEngine(nint config);

    [LibraryImport(Library, EntryPoint = "wasm_engine_delete")]
    public static partial void DeleteEngine(nint engine);

    [LibraryImport(Library, EntryPoint = "wasmtime_engine_increment_epoch")]
    public static partial void IncrementEpoch(nint engine);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_new")]
    public static partial nint NewModule(nint engine, byte* bytes, nuint length, nint* module);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_serialize")]
    public static partial nint SerializeModule(nint module, ByteVector* bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_deserialize_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint LoadModule(nint engine, string path, nint* module);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_delete")]
    public static partial void DeleteModule(nint module);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_imports")]
    public static partial void Imports(nint module, PointerVector* types);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_vec_delete")]
    public static partial void DeleteImports(PointerVector* types);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_module")]
    public static partial ByteVector* ImportModule(nint type);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_name")]
    public static partial ByteVector* ImportName(nint type);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_type")]
    public static partial nint ImportType(nint type);

    [LibraryImport(Library, EntryPoint = "wasm_externtype_as_functype_const")]
    public static partial nint AsFunction(nint type);

    [LibraryImport(Library, EntryPoint = "wasm_functype_results")]
    public static partial PointerVector* Results(nint type);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_exports")]
    public static partial void Exports(nint module, PointerVector* types);

    [LibraryImport(Library, EntryPoint = "wasm_exporttype_vec_delete")]
    public static partial void DeleteExports(PointerVector* types);

    [LibraryImport(Library, EntryPoint = "wasm_exporttype_name")]
    public static partial ByteVector* ExportName(nint type);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_new")]
    public static partial nint NewLinker(nint engine);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_delete")]
    public static partial void DeleteLinker(nint linker);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_allow_shadowing")]
    public static partial void AllowShadowing(nint linker, byte allow);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_define_wasi")]
    public static partial nint DefineWasi(nint linker);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_define_func_unchecked")]
    public static partial nint DefineFunction(
        nint linker, byte* module, nuint moduleLength, byte* name, nuint nameLength, nint type,
        delegate* unmanaged<nint, nint, RawValue*, nuint, nint> callback, nint data, nint finalizer);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_instantiate_pre")]
    public static partial nint Prepare(nint linker, nint module, nint* prepared);

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_pre_delete")]
    public static partial void DeletePrepared(nint prepared);

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_pre_instantiate")]
    public static partial nint Instantiate(nint prepared, nint context, Instance* instance, nint* trap);

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_export_get")]
    public static partial byte GetExport(nint context, Instance* instance, byte* name, nuint length, Export* export);

    [LibraryImport(Library, EntryPoint = "wasmtime_caller_export_get")]
    public static partial byte GetCallerExport(nint caller, byte* name, nuint length, Export* export);

    [LibraryImport(Library, EntryPoint = "wasmtime_caller_context")]
    public static partial nint CallerContext(nint caller);

    [LibraryImport(Library, EntryPoint = "wasmtime_func_call")]
    public static partial nint Call(nint context, void* function, nint arguments, nuint argumentCount, nint results, nuint resultCount, nint* trap);

    [LibraryImport(Library, EntryPoint = "wasmtime_memory_data")]
    public static partial byte* MemoryData(nint context, void* memory);

    [LibraryImport(Library, EntryPoint = "wasmtime_memory_data_size")]
    public static partial nuint MemorySize(nint context, void* memory);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_new")]
    public static partial nint NewStore(nint engine, nint data, nint finalizer);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_context")]
    public static partial nint Context(nint store);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_delete")]
    public static partial void DeleteStore(nint store);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_limiter")]
    public static partial void Limit(nint store, long memoryBytes, long tableElements, long instances, long tables, long memories);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_epoch_deadline_callback")]
    public static partial void OnEpoch(nint store, delegate* unmanaged<nint, nint, ulong*, byte*, nint> callback, nint data, nint finalizer);

    [LibraryImport(Library, EntryPoint = "wasmtime_context_set_epoch_deadline")]
    public static partial void SetEpochDeadline(nint context, ulong ticks);

    [LibraryImport(Library, EntryPoint = "wasmtime_context_set_fuel")]
    public static partial nint SetStoreFuel(nint context, ulong fuel);

    [LibraryImport(Library, EntryPoint = "wasmtime_context_get_data")]
    public static partial nint Data(nint context);

    [LibraryImport(Library, EntryPoint = "wasmtime_context_set_wasi")]
    public static partial nint SetWasi(nint context, nint wasi);

    [LibraryImport(Library, EntryPoint = "wasi_config_new")]
    public static partial nint NewWasi();

    [LibraryImport(Library, EntryPoint = "wasi_config_delete")]
    public static partial void DeleteWasi(nint wasi);

    [LibraryImport(Library, EntryPoint = "wasi_config_set_argv")]
    public static partial byte SetArguments(nint wasi, nuint count, byte** arguments);

    [LibraryImport(Library, EntryPoint = "wasi_config_set_env")]
    public static partial byte SetEnvironment(nint wasi, nuint count, byte** names, byte** values);

    [LibraryImport(Library, EntryPoint = "wasi_config_set_stdin_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte SetInput(nint wasi, string path);

    [LibraryImport(Library, EntryPoint = "wasi_config_set_stdout_custom")]
    public static partial void SetOutput(nint wasi, delegate* unmanaged<nint, byte*, nuint, nint> callback, nint data, nint finalizer);

    [LibraryImport(Library, EntryPoint = "wasi_config_set_stderr_custom")]
    public static partial void SetError(nint wasi, delegate* unmanaged<nint, byte*, nuint, nint> callback, nint data, nint finalizer);

    [LibraryImport(Library, EntryPoint = "wasi_config_preopen_dir", StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte Open(nint wasi, string hostPath, string guestPath, byte writable);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_message")]
    private static partial void ErrorMessage(nint error, ByteVector* message);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_delete")]
    public static partial void DeleteError(nint error);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_exit_status")]
    public static partial byte ExitStatus(nint error, int* status);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_new")]
    public static partial nint NewError(byte* message);

    [LibraryImport(Library, EntryPoint = "wasmtime_trap_new")]
    public static partial nint NewTrap(byte* message, nuint length);

    [LibraryImport(Library, EntryPoint = "wasmtime_trap_code")]
    public static partial byte CodeOf(nint trap, byte* code);

    [LibraryImport(Library, EntryPoint = "wasm_trap_message")]
    private static partial void TrapMessage(nint trap, ByteVector* message);

    [LibraryImport(Library, EntryPoint = "wasm_trap_delete")]
    private static partial void DeleteTrap(nint trap);

    [LibraryImport(Library, EntryPoint = "wasm_byte_vec_delete")]
    public static partial void DeleteBytes(ByteVector* bytes);

    /// <summary>The words of an error, which is deleted.</summary>
    public static string TakeMessage(nint error)
    {
        ByteVector message;
        ErrorMessage(error, &message);
        var text = message.Text;
        DeleteBytes(&message);
        DeleteError(error);
        return text;
    }

    /// <summary>The words of a trap, which is deleted.</summary>
    public static string TakeTrap(nint trap)
    {
        ByteVector message;
        TrapMessage(trap, &message);
        var text = message.Text;
        DeleteBytes(&message);
        DeleteTrap(trap);
        return text;
    }
}
